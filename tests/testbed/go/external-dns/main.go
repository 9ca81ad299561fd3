// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// external-dns with upstream's own main, by way of a go.mod of ours: some versions that its own asks for are not published.
package main

import (
	_ "k8s.io/client-go/plugin/pkg/client/auth"

	"sigs.k8s.io/external-dns/controller"
)

func main() {
	controller.Execute()
}
