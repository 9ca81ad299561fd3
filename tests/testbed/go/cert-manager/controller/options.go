// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"fmt"

	config "github.com/cert-manager/cert-manager/internal/apis/config/controller"
	"github.com/cert-manager/cert-manager/pkg/controller"
	dnsutil "github.com/cert-manager/cert-manager/pkg/issuer/acme/dns/util"
	"k8s.io/apimachinery/pkg/api/resource"
)

// contextOptions returns the part of the configuration the controllers read.
func contextOptions(c *config.ControllerConfiguration) (controller.ContextOptions, error) {
	acme, err := acmeOptions(c)
	if err != nil {
		return controller.ContextOptions{}, err
	}
	shim := c.IngressShimConfig
	options := controller.ContextOptions{
		APIServerHost:      c.APIServerHost,
		Kubeconfig:         c.KubeConfig,
		KubernetesAPIQPS:   c.KubernetesAPIQPS,
		KubernetesAPIBurst: c.KubernetesAPIBurst,
		Namespace:          c.Namespace,
		ACMEOptions:        acme,
		SchedulerOptions:   controller.SchedulerOptions{MaxConcurrentChallenges: c.MaxConcurrentChallenges},
		IssuerOptions: controller.IssuerOptions{
			ClusterResourceNamespace:        c.ClusterResourceNamespace,
			ClusterIssuerAmbientCredentials: c.ClusterIssuerAmbientCredentials,
			IssuerAmbientCredentials:        c.IssuerAmbientCredentials,
		},
		IngressShimOptions: controller.IngressShimOptions{
			DefaultIssuerName:                 shim.DefaultIssuerName,
			DefaultIssuerKind:                 shim.DefaultIssuerKind,
			DefaultIssuerGroup:                shim.DefaultIssuerGroup,
			DefaultAutoCertificateAnnotations: shim.DefaultAutoCertificateAnnotations,
			ExtraCertificateAnnotations:       shim.ExtraCertificateAnnotations,
		},
		CertificateOptions: controller.CertificateOptions{
			EnableOwnerRef:                           c.EnableCertificateOwnerRef,
			CopiedAnnotationPrefixes:                 c.CopiedAnnotationPrefixes,
			CertificateRequestMinimumBackoffDuration: c.CertificateRequestMinimumBackoffDuration,
		},
	}
	setOptionsOfRelease(&options, c)
	return options, nil
}

func acmeOptions(c *config.ControllerConfiguration) (controller.ACMEOptions, error) {
	http01, dns01 := c.ACMEHTTP01Config, c.ACMEDNS01Config
	options := controller.ACMEOptions{
		HTTP01SolverImage:            http01.SolverImage,
		ACMEHTTP01SolverRunAsNonRoot: http01.SolverRunAsNonRoot,
		HTTP01SolverNameservers:      http01.SolverNameservers,
		DNS01Nameservers:             dns01.RecursiveNameservers,
		DNS01CheckAuthoritative:      !dns01.RecursiveNameserversOnly,
		DNS01CheckRetryPeriod:        dns01.CheckRetryPeriod,
	}
	if len(options.DNS01Nameservers) == 0 {
		options.DNS01Nameservers = dnsutil.RecursiveNameservers
	}
	for _, quantity := range []struct {
		flag, text string
		value      *resource.Quantity
	}{
		{"request-cpu", http01.SolverResourceRequestCPU, &options.HTTP01SolverResourceRequestCPU},
		{"request-memory", http01.SolverResourceRequestMemory, &options.HTTP01SolverResourceRequestMemory},
		{"limits-cpu", http01.SolverResourceLimitsCPU, &options.HTTP01SolverResourceLimitsCPU},
		{"limits-memory", http01.SolverResourceLimitsMemory, &options.HTTP01SolverResourceLimitsMemory},
	} {
		parsed, err := resource.ParseQuantity(quantity.text)
		if err != nil {
			return options, fmt.Errorf("acme-http01-solver-resource-%s %q: %w", quantity.flag, quantity.text, err)
		}
		*quantity.value = parsed
	}
	return options, nil
}
