/// Objects as rows, as `kubectl get` shows them.
///
/// Read [kat.api.table.Tables]; columns stand in `columns.txt`, cells in one class a subject
/// ([kat.api.table.PodRow] is the one with rules of its own).
///
/// Nothing here decides who wants a table, or lists objects.
@NullMarked
package kat.api.table;

import org.jspecify.annotations.NullMarked;
