package kat.api.custom;

import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.json.JsonObject;
import kat.api.schema.Schema;
import kat.api.table.Column;
import org.jspecify.annotations.Nullable;

/// One version of a custom resource, as its definition declares it.
///
/// @param listKind for example `WidgetList`
/// @param schema of its objects, with the metadata that all objects have
/// @param openApi the `openAPIV3Schema` as it was written; empty when there is none
/// @param columns of tables, without the name
/// @param selectable the fields that selectors may name, for example `spec.color`
/// @param scale where the replicas stand; null when it cannot be scaled
/// @param replicas where they stand in each version that can be scaled, by `apiVersion`
/// @param warning what users of a deprecated version are told; empty when it is not deprecated
/// @param stored group and version in which new objects are stored; empty when that version is
///     not served
public record CustomKind(
        Kind kind,
        String listKind,
        Schema schema,
        JsonObject openApi,
        List<Column> columns,
        List<String> selectable,
        @Nullable ScalePaths scale,
        Map<String, List<String>> replicas,
        String warning,
        String stored) {

    public CustomKind {
        columns = List.copyOf(columns);
        selectable = List.copyOf(selectable);
        replicas = Map.copyOf(replicas);
    }

    /// Where in an object its scale stands, as field names from the root.
    ///
    /// @param selector empty when there is none
    public record ScalePaths(List<String> spec, List<String> status, List<String> selector) {
        public ScalePaths {
            spec = List.copyOf(spec);
            status = List.copyOf(status);
            selector = List.copyOf(selector);
        }
    }
}
