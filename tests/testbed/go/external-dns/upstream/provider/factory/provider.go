// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Package factory, in the place of external-dns's own file of this name: it knows the providers that the tests use.
// The clients of the twenty others are most of what upstream's would have to compile.
package factory

import (
	"context"
	"fmt"

	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/pkg/apis/externaldns"
	"sigs.k8s.io/external-dns/provider"
	"sigs.k8s.io/external-dns/provider/aws"
	"sigs.k8s.io/external-dns/provider/inmemory"
	"sigs.k8s.io/external-dns/provider/rfc2136"
	"sigs.k8s.io/external-dns/provider/webhook"
)

// Select makes the provider that the configuration names.
func Select(ctx context.Context, cfg *externaldns.Config, filter *endpoint.DomainFilter) (provider.Provider, error) {
	var made provider.Provider
	var err error
	switch cfg.Provider {
	case externaldns.ProviderAWS:
		made, err = aws.New(ctx, cfg, filter)
	case externaldns.ProviderInMemory:
		made, err = inmemory.New(ctx, cfg, filter)
	case externaldns.ProviderRFC2136:
		made, err = rfc2136.New(ctx, cfg, filter)
	case externaldns.ProviderWebhook:
		made, err = webhook.New(ctx, cfg, filter)
	default:
		return nil, fmt.Errorf("the testbed's external-dns is built without the provider %s", cfg.Provider)
	}
	if err != nil {
		return nil, err
	}
	if cfg.ProviderCacheTime > 0 {
		made = provider.NewCachedProvider(made, cfg.ProviderCacheTime)
	}
	return newAliasNormalizingMiddleware(made), nil
}
