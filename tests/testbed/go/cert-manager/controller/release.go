//go:build !certmanager1_20

// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	config "github.com/cert-manager/cert-manager/internal/apis/config/controller"
	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/sets"
	cliflag "k8s.io/component-base/cli/flag"
)

// addFlagsOfRelease binds the flags that came, or moved to another field, with v1.21.
func addFlagsOfRelease(flags *pflag.FlagSet, c *config.ControllerConfiguration) {
	http01, gateway := &c.ACMEHTTP01Config, &c.GatewayAPIConfig
	flags.Var(cliflag.NewMapStringString(&http01.SolverExtraLabels), "acme-http01-solver-extra-labels",
		"KEY=VALUE labels of the solvers' resources")
	flags.StringVar(&http01.SolverRuntimeClassName, "acme-http01-solver-runtime-class-name",
		http01.SolverRuntimeClassName, "RuntimeClass of the solver pods")
	flags.DurationVar(&c.CertificateRequestMaximumBackoffDuration, "certificate-request-maximum-backoff-duration",
		c.CertificateRequestMaximumBackoffDuration, "longest wait after failed issuances")
	flags.BoolVar(&gateway.Enabled, "enable-gateway-api", gateway.Enabled, "issue for Gateways")
	flags.BoolVar(&gateway.EnableListenerSet, "enable-gateway-api-listenerset", gateway.EnableListenerSet,
		"issue for ListenerSets")
	flags.StringSliceVar(&gateway.ExtraProtocols, "gateway-api-extra-protocols", gateway.ExtraProtocols,
		"further listener protocols that use TLS")
}

// setOptionsOfRelease carries over what v1.21 brought or moved.
func setOptionsOfRelease(options *controller.ContextOptions, c *config.ControllerConfiguration) {
	options.HTTP01SolverExtraLabels = c.ACMEHTTP01Config.SolverExtraLabels
	options.HTTP01SolverRuntimeClassName = c.ACMEHTTP01Config.SolverRuntimeClassName
	options.GatewayAPIExtraProtocols = sets.New(c.GatewayAPIConfig.ExtraProtocols...)
	options.CertificateRequestMaximumBackoffDuration = c.CertificateRequestMaximumBackoffDuration
	options.EnableGatewayAPI = c.GatewayAPIConfig.Enabled
	options.EnableGatewayAPIListenerSet = c.GatewayAPIConfig.EnableListenerSet
}
