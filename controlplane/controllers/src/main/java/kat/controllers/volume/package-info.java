/// Keeps claims and volumes that are in use from going away.
///
/// [kat.controllers.volume.ClaimProtection] and [kat.controllers.volume.VolumeProtection] stand
/// alone.
///
/// Nothing here mounts anything.
@NullMarked
package kat.controllers.volume;

import org.jspecify.annotations.NullMarked;
