/// Brings claims and volumes together, and keeps those that are in use from going away.
///
/// Read [kat.controllers.volume.VolumeBinder], then [kat.controllers.volume.LocalVolumes], which
/// makes volumes, and [kat.controllers.volume.EphemeralClaims], which makes claims.
/// [kat.controllers.volume.AttachDetach] asks for volumes of drivers to be attached to nodes.
/// [kat.controllers.volume.ClaimProtection] and [kat.controllers.volume.VolumeProtection] stand
/// alone.
///
/// Nothing here mounts anything.
@NullMarked
package kat.controllers.volume;

import org.jspecify.annotations.NullMarked;
