package kat.logging.program;

import java.util.List;

/// Who asks, as the API server says.
///
/// @param groups without order
record User(String name, List<String> groups) {
    User {
        groups = List.copyOf(groups);
    }
}
