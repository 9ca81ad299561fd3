//go:build certmanager1_20

// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	config "github.com/cert-manager/cert-manager/internal/apis/config/cainjector"
	"github.com/cert-manager/cert-manager/pkg/controller/cainjector"
	"github.com/spf13/pflag"
)

func addFlagsOfRelease(*pflag.FlagSet, *config.CAInjectorConfiguration) {}

func setOptionsOfRelease(*cainjector.SetupOptions, *config.CAInjectorConfiguration) {}
