/// Runs the tutorial in `docs/tutorial`: every command on its pages is typed into a shell, on
/// a fresh cluster with real containers, and what comes out has to be what the page shows.
///
/// Read [Page] (what a page says), [Shell] (who types it), [Plain] (when two outputs are the
/// same), [Book] (all of it in order), then [BookTest].
///
/// What lies here knows nothing of Kubernetes: the pages do.
@NullMarked
package kat.tutorial;

import org.jspecify.annotations.NullMarked;
