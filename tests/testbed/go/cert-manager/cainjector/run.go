// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"time"

	config "github.com/cert-manager/cert-manager/internal/apis/config/cainjector"
	_ "github.com/cert-manager/cert-manager/internal/cainjector/feature" // registers the feature gates
	"github.com/cert-manager/cert-manager/internal/kube"
	cmscheme "github.com/cert-manager/cert-manager/pkg/client/clientset/versioned/scheme"
	"github.com/cert-manager/cert-manager/pkg/controller/cainjector"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/util"
	corev1 "k8s.io/api/core/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	kscheme "k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const crdTimeout = 5 * time.Minute

// run injects CA certificates until ctx is cancelled.
func run(ctx context.Context, cfg *config.CAInjectorConfiguration) error {
	ctrl.SetLogger(logf.FromContext(ctx))
	logf.FromContext(ctx).Info("starting", "version", util.AppVersion)
	restConfig, err := kube.BuildClientConfig("", cfg.KubeConfig)
	if err != nil {
		return err
	}
	options, err := managerOptions(cfg)
	if err != nil {
		return err
	}
	manager, err := ctrl.NewManager(util.RestConfigWithUserAgent(restConfig, "cainjector"), options)
	if err != nil {
		return fmt.Errorf("manager: %w", err)
	}
	if cfg.EnableDataSourceConfig.Certificates {
		if err := waitForCertificateCRD(ctx, manager.GetAPIReader()); err != nil {
			return fmt.Errorf("waiting for the CustomResourceDefinition of Certificates: %w", err)
		}
	}
	if err := cainjector.RegisterAllInjectors(ctx, manager, setupOptions(cfg)); err != nil {
		return err
	}
	return manager.Start(ctx)
}

func managerOptions(cfg *config.CAInjectorConfiguration) (ctrl.Options, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		kscheme.AddToScheme, cmscheme.AddToScheme, apiextensions.AddToScheme, apiregistration.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return ctrl.Options{}, err
		}
	}
	election := cfg.LeaderElectionConfig
	options := ctrl.Options{
		Scheme:  scheme,
		Metrics: server.Options{BindAddress: cfg.MetricsListenAddress},
		Cache:   cache.Options{ReaderFailOnMissingInformer: true},
		// A cache of Secrets would hold all of the cluster's.
		Client: client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}}}},

		LeaderElection:                election.Enabled,
		LeaderElectionNamespace:       election.Namespace,
		LeaderElectionID:              "cert-manager-cainjector-leader-election",
		LeaderElectionLabels:          map[string]string{"app.kubernetes.io/managed-by": "cert-manager-cainjector"},
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 &election.LeaseDuration,
		RenewDeadline:                 &election.RenewDeadline,
		RetryPeriod:                   &election.RetryPeriod,
	}
	if cfg.Namespace != "" {
		options.Cache.DefaultNamespaces = map[string]cache.Config{cfg.Namespace: {}}
	}
	return options, nil
}

// waitForCertificateCRD lets a chart start the cainjector before the CRDs exist.
func waitForCertificateCRD(ctx context.Context, reader client.Reader) error {
	key := client.ObjectKey{Name: "certificates.cert-manager.io"}
	return wait.PollUntilContextTimeout(ctx, time.Second, crdTimeout, true, func(ctx context.Context) (bool, error) {
		err := reader.Get(ctx, key, &apiextensions.CustomResourceDefinition{})
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return err == nil, err
	})
}

func setupOptions(cfg *config.CAInjectorConfiguration) cainjector.SetupOptions {
	into := cfg.EnableInjectableConfig
	options := cainjector.SetupOptions{
		Namespace:                    cfg.Namespace,
		EnableCertificatesDataSource: cfg.EnableDataSourceConfig.Certificates,
		EnabledReconcilersFor: map[string]bool{
			cainjector.MutatingWebhookConfigurationName:   into.MutatingWebhookConfigurations,
			cainjector.ValidatingWebhookConfigurationName: into.ValidatingWebhookConfigurations,
			cainjector.APIServiceName:                     into.APIServices,
			cainjector.CustomResourceDefinitionName:       into.CustomResourceDefinitions,
		},
	}
	setOptionsOfRelease(&options, cfg)
	return options
}
