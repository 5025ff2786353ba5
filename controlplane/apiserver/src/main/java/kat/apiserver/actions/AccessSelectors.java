package kat.apiserver.actions;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import kat.api.selector.FieldSelector;
import kat.api.selector.LabelSelector;
import kat.api.selector.SelectorException;

/// The selectors that an access review may name beside a resource.
///
/// **Source:** `pkg/apis/authorization/validation`; KEP-4601.
final class AccessSelectors {

    private static final String AT = "spec.resourceAttributes.";

    /// A field that is named in a text can be read back from it.
    private static final Pattern PLAIN = Pattern.compile("[^\\\\,=!]+");

    private AccessSelectors() {}

    /// The field selector in its text form; requirements that no text can say are left out, which
    /// asks for more.
    static String fields(JsonObject attributes) {
        JsonObject selector = attributes.object("fieldSelector");
        if (!selector.string("rawSelector").isEmpty()) {
            return selector.string("rawSelector");
        }
        List<String> terms = new ArrayList<>();
        for (JsonObject each : selector.array("requirements").objects()) {
            List<String> values = each.array("values").strings();
            String key = each.string("key");
            String operator = each.string("operator");
            boolean isEqual = operator.equals("In");
            if (values.size() == 1
                    && (isEqual || operator.equals("NotIn"))
                    && PLAIN.matcher(key).matches()) {
                terms.add(new FieldSelector.Term(key, values.getFirst(), isEqual).text());
            }
        }
        return String.join(",", terms);
    }

    /// Which selectors no authorizer looks at for what is wrong with them; empty when there are
    /// none.
    static String ignored(JsonObject attributes) {
        List<String> told = new ArrayList<>();
        for (String name : List.of("fieldSelector", "labelSelector")) {
            JsonObject selector = attributes.object(name);
            boolean ofLabels = name.startsWith("label");
            List<JsonObject> all = selector.array("requirements").objects();
            long understood = all.stream().filter(each -> isUnderstood(each, ofLabels)).count();
            String raw = selector.string("rawSelector");
            boolean unread = all.isEmpty() && !raw.isEmpty() && !isSelector(raw, ofLabels);
            if (unread || understood < all.size()) {
                told.add(
                        AT
                                + name
                                + (understood > 0 ? " partially" : "")
                                + " ignored due to parse error");
            }
        }
        return String.join("; ", told);
    }

    private static boolean isSelector(String raw, boolean ofLabels) {
        try {
            if (ofLabels) {
                LabelSelector.parse(raw);
            } else {
                FieldSelector.read(raw);
            }
            return true;
        } catch (SelectorException e) {
            return false;
        }
    }

    /// Labels know four operators; fields may only be or not be one value.
    private static boolean isUnderstood(JsonObject requirement, boolean ofLabels) {
        int values = requirement.array("values").size();
        return switch (requirement.string("operator")) {
            case "In", "NotIn" -> ofLabels ? values > 0 : values == 1;
            case "Exists", "DoesNotExist" -> ofLabels;
            default -> false;
        };
    }

    static List<Status.Cause> faults(JsonObject attributes) {
        List<Status.Cause> faults = new ArrayList<>();
        for (String name : List.of("fieldSelector", "labelSelector")) {
            if (attributes.has(name)) {
                faults.addAll(faults(attributes.object(name), AT + name, name.startsWith("label")));
            }
        }
        return faults;
    }

    private static List<Status.Cause> faults(JsonObject selector, String path, boolean ofLabels) {
        List<Status.Cause> faults = new ArrayList<>();
        String raw = selector.string("rawSelector");
        List<JsonObject> requirements = selector.array("requirements").objects();
        if (!raw.isEmpty() && !requirements.isEmpty()) {
            faults.add(
                    invalid(
                            path + ".rawSelector",
                            raw,
                            "may not specified at the same time as requirements"));
        }
        if (raw.isEmpty() && requirements.isEmpty()) {
            faults.add(
                    required(
                            path + ".requirements",
                            "when "
                                    + path
                                    + " is specified, requirements or rawSelector is"
                                    + " required"));
        }
        for (int i = 0; i < requirements.size(); i++) {
            String at = path + ".requirements[" + i + "]";
            List<Status.Cause> operator = operatorFaults(requirements.get(i), at);
            List<Status.Cause> key = keyFaults(requirements.get(i), at, ofLabels);
            faults.addAll(ofLabels ? operator : key);
            faults.addAll(ofLabels ? key : operator);
        }
        return faults;
    }

    private static List<Status.Cause> operatorFaults(JsonObject requirement, String path) {
        List<Status.Cause> faults = new ArrayList<>();
        boolean hasValues = !requirement.array("values").isEmpty();
        String operator = requirement.string("operator");
        switch (operator) {
            case "In", "NotIn" -> {
                if (!hasValues) {
                    faults.add(
                            required(
                                    path + ".values",
                                    "must be specified when `operator` is 'In' or 'NotIn'"));
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (hasValues) {
                    faults.add(
                            new Status.Cause(
                                    "FieldValueForbidden",
                                    "Forbidden: may not be specified when `operator` is 'Exists' or"
                                            + " 'DoesNotExist'",
                                    path + ".values"));
                }
            }
            default -> {} // a newer client may know more operators
        }
        return faults;
    }

    /// Keys and values of labels have a form, those of fields need only be there.
    private static List<Status.Cause> keyFaults(
            JsonObject requirement, String path, boolean ofLabels) {
        String key = requirement.string("key");
        if (!ofLabels) {
            return key.isEmpty()
                    ? List.of(required(path + ".key", "must be specified"))
                    : List.of();
        }
        List<Status.Cause> faults = new ArrayList<>();
        Names.qualifiedName(key).forEach(why -> faults.add(invalid(path + ".key", key, why)));
        List<String> values = requirement.array("values").strings();
        for (int i = 0; i < values.size(); i++) {
            String at = path + ".values[" + i + "]";
            String value = values.get(i);
            Names.labelValue(value).forEach(why -> faults.add(invalid(at, value, why)));
        }
        return faults;
    }

    private static Status.Cause invalid(String field, String value, String why) {
        return new Status.Cause(
                "FieldValueInvalid", "Invalid value: \"" + value + "\": " + why, field);
    }

    private static Status.Cause required(String field, String why) {
        return new Status.Cause("FieldValueRequired", "Required value: " + why, field);
    }
}
