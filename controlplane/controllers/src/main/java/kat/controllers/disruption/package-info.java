/// Counts how many pods a PodDisruptionBudget lets go.
///
/// [kat.controllers.disruption.DisruptionBudgets] is all there is.
///
/// Nothing here evicts: the API server takes evictions from what is counted here.
@NullMarked
package kat.controllers.disruption;

import org.jspecify.annotations.NullMarked;
