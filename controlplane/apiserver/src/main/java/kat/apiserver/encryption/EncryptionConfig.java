package kat.apiserver.encryption;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How objects are sealed where they lie outside the process.
///
/// @param reloaded a file to look at every minute for other rules; null for none
public record EncryptionConfig(EncryptionRules rules, @Nullable Path reloaded) {

    public static final EncryptionConfig NONE = new EncryptionConfig(EncryptionRules.NONE, null);
}
