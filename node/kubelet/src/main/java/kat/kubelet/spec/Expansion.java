package kat.kubelet.spec;

import java.util.Map;

/// `$(NAME)` references in commands and environment variables.
///
/// **Source:** `third_party/forked/golang/expansion` of Kubernetes.
final class Expansion {

    private Expansion() {}

    /// Replaces `$(NAME)` by its value and `$$` by `$`; a name without a value stays as it is.
    static String expand(String text, Map<String, String> values) {
        StringBuilder expanded = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                expanded.append(c);
                at++;
                continue;
            }
            int end = text.charAt(at + 1) == '(' ? text.indexOf(')', at + 2) : -1;
            if (end >= 0) {
                String name = text.substring(at + 2, end);
                expanded.append(values.getOrDefault(name, "$(" + name + ")"));
                at = end + 1;
            } else {
                char next = text.charAt(at + 1);
                expanded.append(next == '$' ? "$" : "$" + next);
                at += 2;
            }
        }
        return expanded.toString();
    }
}
