// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	config "github.com/cert-manager/cert-manager/internal/apis/config/controller"
	"github.com/cert-manager/cert-manager/internal/pem"
	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	"github.com/cert-manager/cert-manager/pkg/healthz"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/util"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/util/sets"
)

const shutdownTimeout = 5 * time.Second

// run serves /metrics and /livez at once and the controllers as soon as this replica leads, until ctx is cancelled.
func run(ctx context.Context, cfg *config.ControllerConfiguration) error {
	group, ctx := errgroup.WithContext(ctx)
	options, err := contextOptions(cfg)
	if err != nil {
		return err
	}
	factory, err := controller.NewContextFactory(ctx, options)
	if err != nil {
		return err
	}
	base, err := factory.Build()
	if err != nil {
		return err
	}
	enabled := enabledControllers(cfg.Controllers, options)
	logf.FromContext(ctx).Info("starting", "version", util.AppVersion, "controllers", sets.List(enabled))

	limits := cfg.PEMSizeLimitsConfig
	pem.SetGlobalSizeLimits(pem.NewSizeLimitsFromConfig(
		limits.MaxCertificateSize, limits.MaxPrivateKeySize, limits.MaxChainLength, limits.MaxBundleSize))

	collectMetrics(base, enabled)
	group.Go(func() error { return serveMetrics(ctx, cfg.MetricsListenAddress, base) })
	livez := healthz.NewServer(cfg.LeaderElectionConfig.HealthzTimeout)
	group.Go(func() error { return serveLivez(ctx, cfg.HealthzListenAddress, livez) })

	elected := make(chan struct{})
	group.Go(func() error { return lead(ctx, cfg.LeaderElectionConfig, factory, livez.LeaderHealthzAdaptor, elected) })
	group.Go(func() error {
		select {
		case <-ctx.Done():
			return nil
		case <-elected:
			return runControllers(ctx, factory, base, enabled, cfg.NumberOfConcurrentWorkers)
		}
	})
	return group.Wait()
}

func runControllers(
	ctx context.Context, factory *controller.ContextFactory, base *controller.Context, names sets.Set[string], workers int,
) error {
	group, ctx := errgroup.WithContext(ctx)
	constructors := controller.Known()
	for _, name := range sets.List(names) {
		construct, ok := constructors[name]
		if !ok {
			return fmt.Errorf("unknown controller %q, must be one of %q", name, sets.List(sets.KeySet(constructors)))
		}
		loop, err := construct(factory)
		if err != nil {
			return fmt.Errorf("controller %s: %w", name, err)
		}
		group.Go(func() error { return loop.Run(workers, ctx) })
	}

	informers := []interface {
		Start(stop <-chan struct{})
		Shutdown()
	}{base.SharedInformerFactory, base.KubeSharedInformerFactory, base.HTTP01ResourceMetadataInformersFactory}
	if gatewayAPI(base.ContextOptions) {
		informers = append(informers, base.GWShared)
	}
	for _, informer := range informers {
		informer.Start(ctx.Done())
	}
	err := group.Wait()
	for _, informer := range informers {
		informer.Shutdown()
	}
	return err
}

// collectMetrics must come before the informers start, as it asks for some.
func collectMetrics(base *controller.Context, enabled sets.Set[string]) {
	resources := base.SharedInformerFactory.Certmanager().V1()
	base.Metrics.SetupACMECollector(base.SharedInformerFactory.Acme().V1().Challenges().Lister())
	base.Metrics.SetupCertificateCollector(resources.Certificates().Lister())
	base.Metrics.SetupIssuerCollector(resources.Issuers().Lister())
	if enabled.Has(clusterissuers.ControllerName) {
		base.Metrics.SetupClusterIssuerCollector(resources.ClusterIssuers().Lister())
	}
}

func serveMetrics(ctx context.Context, address string, base *controller.Context) error {
	listener, err := listen(ctx, "metrics-listen-address", address)
	if err != nil {
		return err
	}
	server := base.Metrics.NewServer(listener)
	context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		_ = server.Shutdown(grace) // the process ends anyway
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func serveLivez(ctx context.Context, address string, server *healthz.Server) error {
	listener, err := listen(ctx, "internal-healthz-listen-address", address)
	if err != nil {
		return err
	}
	return server.Start(ctx, listener)
}

func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--%s=%s: %w", flag, address, err)
	}
	return listener, nil
}
