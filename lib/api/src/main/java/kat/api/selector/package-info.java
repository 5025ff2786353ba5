/// Selectors: which objects are meant, by their labels.
///
/// [kat.api.selector.LabelSelector] is the form in which objects carry them.
///
/// Nothing here knows where objects are kept.
@NullMarked
package kat.api.selector;

import org.jspecify.annotations.NullMarked;
