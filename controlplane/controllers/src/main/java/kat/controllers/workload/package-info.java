/// What controllers of pods have in common: readiness, conditions, adoption, templates.
///
/// [kat.controllers.workload.Pods] reads pods, [kat.controllers.workload.Claim] says which belong
/// to an owner, [kat.controllers.workload.Conditions] keeps lists of conditions.
///
/// Nothing here knows a particular kind of workload.
@NullMarked
package kat.controllers.workload;

import org.jspecify.annotations.NullMarked;
