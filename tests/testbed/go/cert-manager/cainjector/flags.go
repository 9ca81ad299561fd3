// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	config "github.com/cert-manager/cert-manager/internal/apis/config/cainjector"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/testbed/command"
	"github.com/spf13/pflag"
	cliflag "k8s.io/component-base/cli/flag"
)

// addFlags binds cert-manager's flags, except those of TLS for the metrics and the profiler.
func addFlags(flags *pflag.FlagSet, c *config.CAInjectorConfiguration) {
	into := &c.EnableInjectableConfig
	flags.StringVar(&c.KubeConfig, "kubeconfig", c.KubeConfig, "kubeconfig file, outside of a cluster")
	flags.StringVar(&c.Namespace, "namespace", c.Namespace, "read from this namespace only")
	flags.StringVar(&c.MetricsListenAddress, "metrics-listen-address", c.MetricsListenAddress,
		"where /metrics is served, 0 for nowhere")
	flags.Var(cliflag.NewMapStringBool(&c.FeatureGates), "feature-gates", "NAME=true|false, separated by commas")
	flags.BoolVar(&c.EnableDataSourceConfig.Certificates, "enable-certificates-data-source",
		c.EnableDataSourceConfig.Certificates, "read the CA of Certificates")
	flags.BoolVar(&into.ValidatingWebhookConfigurations, "enable-validatingwebhookconfigurations-injectable",
		into.ValidatingWebhookConfigurations, "write it into ValidatingWebhookConfigurations")
	flags.BoolVar(&into.MutatingWebhookConfigurations, "enable-mutatingwebhookconfigurations-injectable",
		into.MutatingWebhookConfigurations, "write it into MutatingWebhookConfigurations")
	flags.BoolVar(&into.CustomResourceDefinitions, "enable-customresourcedefinitions-injectable",
		into.CustomResourceDefinitions, "write it into CustomResourceDefinitions")
	flags.BoolVar(&into.APIServices, "enable-apiservices-injectable", into.APIServices, "write it into APIServices")
	addFlagsOfRelease(flags, c)
	command.AddLeaderElectionFlags(flags, &c.LeaderElectionConfig)
	logf.AddFlags(&c.Logging, flags)
}
