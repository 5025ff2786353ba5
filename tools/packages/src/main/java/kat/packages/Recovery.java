package kat.packages;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Frees a release whose last change was cut off, so that the next command can go on.
///
/// Helm leaves such a release `pending-…`, and refuses it for ever. A change is taken for cut off
/// when the note of its process is left in the [ReleaseLock], or when it began longer ago than the
/// command's time-out, which no other change should outlive.
final class Recovery {

    private final ReleaseStore store;
    private final Instant now;

    Recovery(ReleaseStore store, Instant now) {
        this.store = store;
        this.now = now;
    }

    /// What becomes of a change that was cut off.
    enum Way {
        /// Nothing: the command takes such a release as it is.
        NONE,
        /// It counts as failed.
        FAIL,
        /// As failed; but a first install counts as never begun. What it made carries the
        /// release's name, and the install that comes takes it over.
        FORGET
    }

    /// @param history all revisions, oldest first
    /// @param wasCutOff whether a process of this machine left a note
    /// @param patience how long a change may last of which nothing else is known
    /// @return what was done, for the person; nothing where the release is free
    Optional<String> free(
            List<ReleaseRecord> history, Way way, boolean wasCutOff, Duration patience) {
        if (history.isEmpty() || !history.getLast().isPending()) {
            return Optional.empty();
        }
        ReleaseRecord last = history.getLast();
        if (!wasCutOff && !isOlder(last, patience)) {
            return Optional.empty();
        }
        if (way == Way.FORGET && history.size() == 1) {
            store.delete(last);
        } else {
            store.update(
                    last.withStatus(ReleaseRecord.FAILED)
                            .withInfo("description", description(last)));
        }
        return Optional.of(
                "revision "
                        + last.version()
                        + " of release \""
                        + last.name()
                        + "\" was left "
                        + last.status()
                        + " by a command that was cut off; it no longer counts");
    }

    private boolean isOlder(ReleaseRecord last, Duration patience) {
        OffsetDateTime began = last.lastDeployed();
        return began != null && began.toInstant().plus(patience).isBefore(now);
    }

    private static String description(ReleaseRecord last) {
        String word = last.status().substring("pending-".length());
        String capital = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
        return capital + " \"" + last.name() + "\" failed: the command was cut off";
    }
}
