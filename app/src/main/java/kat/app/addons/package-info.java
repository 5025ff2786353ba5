/// Runs the programs of add-ons: which ones a cluster wants is read from ConfigMaps, each is
/// loaded from jars of its own folder, and one that fails hurts nothing else.
///
/// Read [kat.app.addons.AddonPrograms], then its `ProgramRun`, then
/// [kat.app.addons.ProgramFolders].
///
/// Nothing here knows what an add-on does.
@NullMarked
package kat.app.addons;

import org.jspecify.annotations.NullMarked;
