//go:build certmanager1_20

// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	config "github.com/cert-manager/cert-manager/internal/apis/config/controller"
	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/spf13/pflag"
)

// addFlagsOfRelease binds the flags whose field moved with v1.21.
func addFlagsOfRelease(flags *pflag.FlagSet, c *config.ControllerConfiguration) {
	flags.BoolVar(&c.EnableGatewayAPI, "enable-gateway-api", c.EnableGatewayAPI, "issue for Gateways")
	flags.BoolVar(&c.EnableGatewayAPIListenerSet, "enable-gateway-api-listenerset", c.EnableGatewayAPIListenerSet,
		"issue for ListenerSets")
}

// setOptionsOfRelease carries over what moved with v1.21.
func setOptionsOfRelease(options *controller.ContextOptions, c *config.ControllerConfiguration) {
	options.EnableGatewayAPI = c.EnableGatewayAPI
	options.EnableGatewayAPIListenerSet = c.EnableGatewayAPIListenerSet
}
