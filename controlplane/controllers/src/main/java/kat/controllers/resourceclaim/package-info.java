/// Makes the claims for devices that pods ask for by a template, and gives back what nobody
/// uses.
///
/// Read [kat.controllers.resourceclaim.PodClaims], then
/// [kat.controllers.resourceclaim.ClaimRelease].
///
/// Nothing here allots devices: that is the scheduler's.
@NullMarked
package kat.controllers.resourceclaim;

import org.jspecify.annotations.NullMarked;
