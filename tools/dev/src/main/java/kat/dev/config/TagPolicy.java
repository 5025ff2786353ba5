package kat.dev.config;

import java.util.SequencedMap;

/// How an image gets its tag.
public sealed interface TagPolicy {

    /// From Git: a tag, a commit, a tree or a branch, and `-dirty` when files were changed.
    ///
    /// @param variant `Tags`, `CommitSha`, `AbbrevCommitSha`, `TreeSha`, `AbbrevTreeSha` or
    ///     `Branches`
    record GitCommit(String prefix, String variant, boolean ignoresChanges) implements TagPolicy {}

    /// The tag `latest`, for images are told apart by their digest.
    record Sha256() implements TagPolicy {}

    /// The time of the build.
    ///
    /// @param format in Go's notation of time
    /// @param timezone a name of the tz database, or `Local`
    record DateTime(String format, String timezone) implements TagPolicy {}

    /// From environment variables.
    record EnvTemplate(String template) implements TagPolicy {}

    /// A digest of everything that goes into the image.
    record InputDigest() implements TagPolicy {}

    /// A template over what other policies give.
    record CustomTemplate(String template, SequencedMap<String, TagPolicy> components)
            implements TagPolicy {}
}
