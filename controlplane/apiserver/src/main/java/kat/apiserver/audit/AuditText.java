package kat.apiserver.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import kat.api.json.GoJson;
import kat.apiserver.auth.User;

/// Builds JSON as Go writes it, where `<`, `>` and `&` are escaped.
///
/// **Threads:** one.
public final class AuditText {

    private final StringBuilder text;

    /// @param capacity about how long it will be
    public AuditText(int capacity) {
        this.text = new StringBuilder(capacity);
    }

    /// What is JSON already, but for what only Go escapes.
    public AuditText json(String json) {
        text.append(GoJson.escaped(json));
        return this;
    }

    /// What needs no look.
    public AuditText raw(String plain) {
        text.append(plain);
        return this;
    }

    public AuditText string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            character(value.charAt(i));
        }
        text.append('"');
        return this;
    }

    private void character(char c) {
        switch (c) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            case '\b' -> text.append("\\b");
            case '\f' -> text.append("\\f");
            default -> {
                if (c < ' ' || GoJson.isEscaped(c)) {
                    GoJson.appendEscaped(text, c);
                } else {
                    text.append(c);
                }
            }
        }
    }

    /// A member with a comma before it; nothing when the value is empty.
    AuditText member(String name, String value) {
        return value.isEmpty() ? this : raw(",\"").raw(name).raw("\":").string(value);
    }

    public AuditText strings(List<String> values) {
        text.append('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                text.append(',');
            }
            string(values.get(i));
        }
        text.append(']');
        return this;
    }

    AuditText user(User user) {
        int start = text.length();
        member("username", user.name()).member("uid", user.uid());
        if (!user.groups().isEmpty()) {
            raw(",\"groups\":").strings(user.groups());
        }
        if (!user.extra().isEmpty()) {
            raw(",\"extra\":{");
            String comma = "";
            for (Map.Entry<String, List<String>> each : user.extra().entrySet()) {
                raw(comma).string(each.getKey()).raw(":").strings(each.getValue());
                comma = ",";
            }
            raw("}");
        }
        return closed(start);
    }

    /// Makes an object of the members since `start`, each of which has a comma before it.
    AuditText closed(int start) {
        if (text.length() == start) {
            text.append("{}");
        } else {
            text.setCharAt(start, '{');
            text.append('}');
        }
        return this;
    }

    int length() {
        return text.length();
    }

    /// In microseconds.
    AuditText time(Instant moment) {
        String seconds = Instant.ofEpochSecond(moment.getEpochSecond()).toString();
        text.append('"').append(seconds, 0, seconds.length() - 1).append('.');
        int micros = moment.getNano() / 1000;
        for (int unit = 100_000; unit > 0; unit /= 10) {
            text.append((char) ('0' + micros / unit % 10));
        }
        text.append("Z\"");
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
