//go:build !certmanager1_20

// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	config "github.com/cert-manager/cert-manager/internal/apis/config/cainjector"
	"github.com/cert-manager/cert-manager/pkg/controller/cainjector"
	"github.com/spf13/pflag"
)

// addFlagsOfRelease binds the flags that came with v1.21.
func addFlagsOfRelease(flags *pflag.FlagSet, c *config.CAInjectorConfiguration) {
	flags.StringSliceVar(&c.IgnoreNamespaces, "ignore-namespaces", c.IgnoreNamespaces,
		"read from all but these namespaces")
}

// setOptionsOfRelease carries over what v1.21 brought.
func setOptionsOfRelease(options *cainjector.SetupOptions, c *config.CAInjectorConfiguration) {
	options.IgnoreNamespaces = c.IgnoreNamespaces
}
