package kat.apiserver.auth;

import java.util.List;
import java.util.Map;

/// What came of looking at credentials of one sort.
public sealed interface Login {

    /// @param audiences of those asked for, the ones that the credentials are for
    /// @param warning for who made the request; empty for none
    /// @param notes for the audit log
    record Accepted(User user, List<String> audiences, String warning, Map<String, String> notes)
            implements Login {

        public Accepted {
            audiences = List.copyOf(audiences);
            notes = Map.copyOf(notes);
        }

        public Accepted(User user, List<String> audiences, String warning) {
            this(user, audiences, warning, Map.of());
        }

        static Accepted as(User user) {
            return new Accepted(user, List.of(), "");
        }
    }

    /// They are of this sort, and not valid.
    record Refused(String why) implements Login {}

    /// There are none of this sort.
    record Absent() implements Login {}

    Login ABSENT = new Absent();
}
