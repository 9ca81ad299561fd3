// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	config "github.com/cert-manager/cert-manager/internal/apis/config/controller"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/testbed/command"
	"github.com/spf13/pflag"
	cliflag "k8s.io/component-base/cli/flag"
)

// addFlags binds cert-manager's flags, except those of TLS for the metrics, the profiler and the PEM size limits:
// these can be set in the configuration file, where a field exists for every flag.
func addFlags(flags *pflag.FlagSet, c *config.ControllerConfiguration) {
	addServerFlags(flags, c)
	addACMEFlags(flags, c)
	addIssuanceFlags(flags, c)
	addFlagsOfRelease(flags, c)
	logf.AddFlags(&c.Logging, flags)
}

func addServerFlags(flags *pflag.FlagSet, c *config.ControllerConfiguration) {
	flags.StringVar(&c.APIServerHost, "master", c.APIServerHost, "address of the API server")
	flags.StringVar(&c.KubeConfig, "kubeconfig", c.KubeConfig, "kubeconfig file, outside of a cluster")
	flags.Float32Var(&c.KubernetesAPIQPS, "kube-api-qps", c.KubernetesAPIQPS, "API requests per second")
	flags.IntVar(&c.KubernetesAPIBurst, "kube-api-burst", c.KubernetesAPIBurst, "API requests at once")
	flags.StringVar(&c.Namespace, "namespace", c.Namespace, "watch this namespace only")
	flags.StringVar(&c.ClusterResourceNamespace, "cluster-resource-namespace", c.ClusterResourceNamespace,
		"namespace of what a ClusterIssuer refers to")
	flags.StringSliceVar(&c.Controllers, "controllers", c.Controllers,
		"controllers to run: * for the default ones, -NAME to leave one out")
	flags.IntVar(&c.NumberOfConcurrentWorkers, "concurrent-workers", c.NumberOfConcurrentWorkers,
		"workers of each controller")
	flags.Var(cliflag.NewMapStringBool(&c.FeatureGates), "feature-gates", "NAME=true|false, separated by commas")
	flags.StringVar(&c.MetricsListenAddress, "metrics-listen-address", c.MetricsListenAddress, "where /metrics is served")
	flags.StringVar(&c.HealthzListenAddress, "internal-healthz-listen-address", c.HealthzListenAddress,
		"where /livez is served")
	flags.DurationVar(&c.LeaderElectionConfig.HealthzTimeout, "internal-healthz-leader-election-timeout",
		c.LeaderElectionConfig.HealthzTimeout, "how long after an expired lease /livez still says yes")
	command.AddLeaderElectionFlags(flags, &c.LeaderElectionConfig.LeaderElectionConfig)
}

func addACMEFlags(flags *pflag.FlagSet, c *config.ControllerConfiguration) {
	http01, dns01 := &c.ACMEHTTP01Config, &c.ACMEDNS01Config
	flags.StringVar(&http01.SolverImage, "acme-http01-solver-image", http01.SolverImage, "image of the solver pods")
	flags.StringVar(&http01.SolverResourceRequestCPU, "acme-http01-solver-resource-request-cpu",
		http01.SolverResourceRequestCPU, "CPU request of the solver pods")
	flags.StringVar(&http01.SolverResourceRequestMemory, "acme-http01-solver-resource-request-memory",
		http01.SolverResourceRequestMemory, "memory request of the solver pods")
	flags.StringVar(&http01.SolverResourceLimitsCPU, "acme-http01-solver-resource-limits-cpu",
		http01.SolverResourceLimitsCPU, "CPU limit of the solver pods")
	flags.StringVar(&http01.SolverResourceLimitsMemory, "acme-http01-solver-resource-limits-memory",
		http01.SolverResourceLimitsMemory, "memory limit of the solver pods")
	flags.BoolVar(&http01.SolverRunAsNonRoot, "acme-http01-solver-run-as-non-root", http01.SolverRunAsNonRoot,
		"runAsNonRoot of the solver pods")
	flags.StringSliceVar(&http01.SolverNameservers, "acme-http01-solver-nameservers", http01.SolverNameservers,
		"HOST:PORT of the DNS servers of HTTP-01 self checks")
	flags.StringSliceVar(&dns01.RecursiveNameservers, "dns01-recursive-nameservers", dns01.RecursiveNameservers,
		"HOST:PORT or DoH URL of the DNS servers of DNS-01 self checks")
	flags.BoolVar(&dns01.RecursiveNameserversOnly, "dns01-recursive-nameservers-only", dns01.RecursiveNameserversOnly,
		"never ask the authoritative servers")
	flags.DurationVar(&dns01.CheckRetryPeriod, "dns01-check-retry-period", dns01.CheckRetryPeriod,
		"time between two self checks, of HTTP-01 too")
	flags.IntVar(&c.MaxConcurrentChallenges, "max-concurrent-challenges", c.MaxConcurrentChallenges,
		"challenges that may be in progress at once")
}

func addIssuanceFlags(flags *pflag.FlagSet, c *config.ControllerConfiguration) {
	shim := &c.IngressShimConfig
	flags.StringVar(&shim.DefaultIssuerName, "default-issuer-name", shim.DefaultIssuerName,
		"issuer of an Ingress that asks for TLS without naming one")
	flags.StringVar(&shim.DefaultIssuerKind, "default-issuer-kind", shim.DefaultIssuerKind, "kind of that issuer")
	flags.StringVar(&shim.DefaultIssuerGroup, "default-issuer-group", shim.DefaultIssuerGroup, "API group of that issuer")
	flags.StringSliceVar(&shim.DefaultAutoCertificateAnnotations, "auto-certificate-annotations",
		shim.DefaultAutoCertificateAnnotations, "annotations by which an Ingress asks for TLS")
	flags.StringSliceVar(&shim.ExtraCertificateAnnotations, "extra-certificate-annotations",
		shim.ExtraCertificateAnnotations, "annotations to copy from an Ingress to its Certificate")
	flags.BoolVar(&c.ClusterIssuerAmbientCredentials, "cluster-issuer-ambient-credentials",
		c.ClusterIssuerAmbientCredentials, "let a ClusterIssuer use credentials of the environment")
	flags.BoolVar(&c.IssuerAmbientCredentials, "issuer-ambient-credentials", c.IssuerAmbientCredentials,
		"let an Issuer use credentials of the environment")
	flags.BoolVar(&c.EnableCertificateOwnerRef, "enable-certificate-owner-ref", c.EnableCertificateOwnerRef,
		"make the Certificate the owner of its Secret")
	flags.StringSliceVar(&c.CopiedAnnotationPrefixes, "copied-annotation-prefixes", c.CopiedAnnotationPrefixes,
		"annotations to copy from a Certificate to its CertificateRequests; -PREFIX leaves some out")
	flags.DurationVar(&c.CertificateRequestMinimumBackoffDuration, "certificate-request-minimum-backoff-duration",
		c.CertificateRequestMinimumBackoffDuration, "wait after the first failed issuance")
}
