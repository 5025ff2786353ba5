/// skaffold.yaml: read, checked field by field, with profiles and modules, as typed records.
///
/// Read [kat.dev.config.Loading], which goes from a file to a [kat.dev.config.Project];
/// [kat.dev.config.FieldCheck] names what is unknown or not supported, by the table
/// `fields.txt`; [kat.dev.config.Profiles] and [kat.dev.config.Migration] change the tree
/// before [kat.dev.config.ModuleReader] makes records of it.
///
/// Nothing here builds, deploys or asks a cluster.
@NullMarked
package kat.dev.config;

import org.jspecify.annotations.NullMarked;
