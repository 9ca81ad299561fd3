# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's settings for the collection's pages. Nothing is fetched, so links to other collections are not resolved."""

project = "certops.kubernetes"
copyright = "certops"
title = html_short_title = "certops.kubernetes"
extensions = ["sphinx_antsibull_ext"]
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
html_theme = "sphinx_ansible_theme"
html_show_sphinx = False
html_use_index = False
html_copy_source = False
default_role = "any"
nitpicky = True
# Of other collections, and what the documentation of all of Ansible has beside them.
nitpick_ignore_regex = [
    ("std:ref", r"ansible_collections\.(?!certops\.).*"),
    ("std:ref", "common_return_values|ansible_configuration_settings"),
]
