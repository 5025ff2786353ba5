/// Objects sealed where they lie outside the process, by an `EncryptionConfiguration`.
///
/// Read [kat.apiserver.encryption.EncryptionFile], which reads the configuration, then
/// [kat.apiserver.encryption.Encryption], which seals by it.
///
/// Nothing here knows how values are stored, or what is in them.
@NullMarked
package kat.apiserver.encryption;

import org.jspecify.annotations.NullMarked;
