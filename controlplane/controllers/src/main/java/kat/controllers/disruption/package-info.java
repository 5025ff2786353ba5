/// Counts how many pods a PodDisruptionBudget lets go.
///
/// [kat.controllers.disruption.DisruptionBudgets] counts, by what `OwnersSize` says of the
/// pods' owners; [kat.controllers.disruption.StaleDisruptions] takes announcements back.
///
/// Nothing here evicts: the API server takes evictions from what is counted here.
@NullMarked
package kat.controllers.disruption;

import org.jspecify.annotations.NullMarked;
