package kat.apiserver.auth;

import java.util.List;

/// What came of looking at credentials of one sort.
public sealed interface Login {

    /// @param audiences of those asked for, the ones that the credentials are for
    /// @param warning for who made the request; empty for none
    record Accepted(User user, List<String> audiences, String warning) implements Login {

        public Accepted {
            audiences = List.copyOf(audiences);
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
