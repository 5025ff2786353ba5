/// Scales what runs pods by what is measured.
///
/// Read [kat.controllers.podautoscaler.HorizontalPodAutoscalers], then
/// [kat.controllers.podautoscaler.Proposals] for what each metric proposes,
/// [kat.controllers.podautoscaler.ReplicaCalculator] for its arithmetic and
/// [kat.controllers.podautoscaler.Stabilizer] for how far and fast it is followed.
///
/// Nothing here knows where numbers come from: [kat.controllers.podautoscaler.Metrics] is asked.
@NullMarked
package kat.controllers.podautoscaler;

import org.jspecify.annotations.NullMarked;
