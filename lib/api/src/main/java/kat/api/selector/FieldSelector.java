package kat.api.selector;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// A selector on fields: all terms must hold. Each kind has few fields that may be named; an
/// absent field counts as the empty text.
///
/// @param terms all must hold
///
/// **Source:** `apimachinery/pkg/fields`; the field label conversions of each kind.
public record FieldSelector(List<Term> terms) {

    /// Selects everything.
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    /// Neither a field nor a value: says nothing, and is no fault.
    private static final Term EVERYTHING_TERM = new Term("", "", true);

    private static final Term NOTHING_TERM = new Term("", "", false);

    /// What a backslash keeps from its meaning.
    private static final String SPECIAL = "\\,=";

    public FieldSelector {
        terms = List.copyOf(terms);
    }

    /// @param isEqual whether the field must have the value, or must not
    public record Term(String field, String value, boolean isEqual) {

        /// As a selector's text says it.
        public String text() {
            StringBuilder text = new StringBuilder(field).append(isEqual ? "=" : "!=");
            for (int i = 0; i < value.length(); i++) {
                if (SPECIAL.indexOf(value.charAt(i)) >= 0) {
                    text.append('\\');
                }
                text.append(value.charAt(i));
            }
            return text.toString();
        }
    }

    /// Reads the text form: `status.phase=Running,spec.nodeName!=a`. A backslash keeps `,`, `=`
    /// and itself from their meaning.
    ///
    /// @throws SelectorException with Kubernetes' sentence for texts that are no selector and
    ///     for fields that the kind does not offer
    public static FieldSelector parse(Kind kind, String text) {
        return parse(kind, List.of(), text);
    }

    /// @param selectable further fields that a custom resource declares, for example
    ///     `spec.color`
    public static FieldSelector parse(Kind kind, List<String> selectable, String text) {
        List<Term> terms = new ArrayList<>();
        for (Term each : read(text).terms()) {
            String field = SelectableFields.nameOf(kind, selectable, each.field());
            terms.add(new Term(field, each.value(), each.isEqual()));
        }
        return new FieldSelector(terms);
    }

    /// Reads the text form for a kind that is not known: its fields may be any.
    ///
    /// @throws SelectorException with Kubernetes' sentence for texts that are no selector
    public static FieldSelector read(String text) {
        List<Term> terms = new ArrayList<>();
        List<String> parts = split(text);
        parts.sort(null);
        for (String part : parts) {
            Term term = part.isEmpty() ? EVERYTHING_TERM : term(text, part);
            if (!term.equals(EVERYTHING_TERM) && !term.equals(NOTHING_TERM)) {
                terms.add(term);
            }
        }
        return new FieldSelector(terms);
    }

    public boolean isEmpty() {
        return terms.isEmpty();
    }

    /// The value that a field must have; null when the selector does not say.
    public @Nullable String required(String field) {
        for (Term term : terms) {
            if (term.isEqual() && term.field().equals(field)) {
                return term.value();
            }
        }
        return null;
    }

    public boolean matches(Kind kind, KubeObject object) {
        for (Term term : terms) {
            String actual = SelectableFields.read(kind, object.tree(), term.field());
            if (actual.equals(term.value()) != term.isEqual()) {
                return false;
            }
        }
        return true;
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ',') {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Term term(String text, String part) {
        for (int i = 0; i < part.length(); i++) {
            for (String operator : new String[] {"!=", "==", "="}) {
                if (part.startsWith(operator, i)) {
                    return new Term(
                            part.substring(0, i),
                            unescape(part.substring(i + operator.length())),
                            !operator.equals("!="));
                }
            }
        }
        throw new SelectorException(
                "invalid selector: '" + text + "'; can't understand '" + part + "'");
    }

    private static String unescape(String value) {
        if (value.indexOf('\\') < 0 && value.indexOf('=') < 0) {
            return value;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                i++;
                if (i >= value.length() || SPECIAL.indexOf(value.charAt(i)) < 0) {
                    throw new SelectorException(
                            "invalid field selector: invalid escape sequence: \\"
                                    + (i < value.length() ? value.charAt(i) : ""));
                }
                plain.append(value.charAt(i));
            } else if (c == '=') {
                throw new SelectorException(
                        "invalid field selector: unescaped character in value: " + (int) c);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
