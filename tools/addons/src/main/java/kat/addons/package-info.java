/// Add-ons: which there are, and how they come into a cluster and leave it again. Each is a
/// chart in `tools/addons/charts`, and Helm installs and removes it.
///
/// Read [kat.addons.Catalogue] and [kat.addons.Addon], then [kat.addons.Addons], then
/// [kat.addons.Leftovers].
///
/// Nothing here knows a particular add-on, or whether the cluster is KAT's.
@NullMarked
package kat.addons;

import org.jspecify.annotations.NullMarked;
