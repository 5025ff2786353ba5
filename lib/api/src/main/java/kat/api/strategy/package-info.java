/// What creating and updating an object means for its kind: which parts a client may set, what is
/// reset, when the generation grows.
///
/// Read [kat.api.strategy.Strategy].
///
/// Nothing here allocates, validates or knows the request; every function is of objects alone.
@NullMarked
package kat.api.strategy;

import org.jspecify.annotations.NullMarked;
