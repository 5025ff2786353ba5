/// Doubles of what `kat.base` offers, for tests and simulation. [kat.base.testing.FakeTicker] is a
/// clock that is moved by hand.
@NullMarked
package kat.base.testing;

import org.jspecify.annotations.NullMarked;
