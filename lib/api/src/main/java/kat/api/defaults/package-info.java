/// The values that absent fields get.
///
/// Read [kat.api.defaults.Defaults]; constants stand in `defaults.txt`, rules that look at other
/// fields in one class a subject.
///
/// Nothing here allocates (addresses, ports, names), asks who the user is, or refuses anything.
@NullMarked
package kat.api.defaults;

import org.jspecify.annotations.NullMarked;
