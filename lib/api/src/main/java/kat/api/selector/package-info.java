/// Questions about labels and fields.
///
/// Read [kat.api.selector.LabelSelector], then [kat.api.selector.FieldSelector].
///
/// Nothing here lists objects or knows where they are kept.
@NullMarked
package kat.api.selector;

import org.jspecify.annotations.NullMarked;
