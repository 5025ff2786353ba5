package kat.packages;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/// The hooks of a chart, as they are rendered.
///
/// The library renders a chart without its hooks. What makes a hook is one annotation; so a
/// copy of the chart is rendered whose annotations have another name, in templates and in
/// values, and the name is put back after.
final class Hooks {

    private static final String ANNOTATION = "helm.sh/hook";
    private static final String OTHER = "kat.dev/hook";

    private Hooks() {}

    /// In the order in which Helm prints them. The copy is of no other use afterwards.
    ///
    /// @param values that are given to the chart, as JSON
    /// @param render makes documents of a chart's folder and of values
    static List<Documents> of(ChartCopy copy, String values, BinaryOperator<String> render) {
        String renamed = values.replace(ANNOTATION, OTHER);
        boolean isAny =
                copy.rewrite(
                        file -> ChartCopy.isTemplate(file) || ChartCopy.isValues(file),
                        text -> text.replace(ANNOTATION, OTHER));
        if (!isAny && renamed.equals(values)) {
            return List.of();
        }
        List<Documents> hooks = new ArrayList<>();
        for (Documents document : Documents.of(render.apply(copy.folder(), renamed))) {
            if (document.text().contains(OTHER)) {
                Documents named =
                        new Documents(
                                document.source(), document.text().replace(OTHER, ANNOTATION));
                if (named.isHook()) {
                    hooks.add(named);
                }
            }
        }
        return hooks;
    }
}
