/// The files of a store, as a role, so that tests can lose, tear and refuse what a disk can.
///
/// Read [kat.store.disk.Disk], then [kat.store.disk.DirectoryDisk], the real one. The fake one is
/// `kat.store.testing.FakeDisk`.
///
/// Nothing here knows what the files hold.
@NullMarked
package kat.store.disk;

import org.jspecify.annotations.NullMarked;
