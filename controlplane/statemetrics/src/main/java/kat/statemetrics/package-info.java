/// Metrics of what objects say, under the names, labels and values of kube-state-metrics 2.18.
///
/// `families.txt` says which metrics there are and how they follow from an object. Read
/// [kat.statemetrics.FamilyTable], which reads that file, [kat.statemetrics.Path] and
/// [kat.statemetrics.Values], of which its lines are made, [kat.statemetrics.Particulars] for
/// what a line cannot say, then [kat.statemetrics.StateMetrics], which keeps the text of each
/// object.
///
/// Nothing here knows who serves the text, or where objects come from.
@NullMarked
package kat.statemetrics;

import org.jspecify.annotations.NullMarked;
