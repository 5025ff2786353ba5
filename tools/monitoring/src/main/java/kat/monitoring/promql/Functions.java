package kat.monitoring.promql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The functions and aggregations of Prometheus 2.42 and later that are not experimental.
///
/// **Source:** "Query functions" of Prometheus' documentation.
final class Functions {

    /// Result, name and parameters: `v` a vector, `m` a range of one, `s` a scalar, `t` a text.
    /// What stands behind `?` may be left out, `*` repeats the one before.
    private static final String TABLE =
            """
            v abs v
            v absent v
            v absent_over_time m
            v acos v
            v acosh v
            v asin v
            v asinh v
            v atan v
            v atanh v
            v avg_over_time m
            v ceil v
            v changes m
            v clamp vss
            v clamp_max vs
            v clamp_min vs
            v cos v
            v cosh v
            v count_over_time m
            v day_of_month ?v
            v day_of_week ?v
            v day_of_year ?v
            v days_in_month ?v
            v deg v
            v delta m
            v deriv m
            v exp v
            v floor v
            v histogram_count v
            v histogram_fraction ssv
            v histogram_quantile sv
            v histogram_sum v
            v holt_winters mss
            v hour ?v
            v idelta m
            v increase m
            v irate m
            v label_join vttt*
            v label_replace vtttt
            v last_over_time m
            v ln v
            v log10 v
            v log2 v
            v max_over_time m
            v min_over_time m
            v minute ?v
            v month ?v
            s pi
            v predict_linear ms
            v present_over_time m
            v quantile_over_time sm
            v rad v
            v rate m
            v resets m
            v round v?s
            s scalar v
            v sgn v
            v sin v
            v sinh v
            v sort v
            v sort_desc v
            v sqrt v
            v stddev_over_time m
            v stdvar_over_time m
            v sum_over_time m
            v tan v
            v tanh v
            s time
            v timestamp v
            v vector s
            v year ?v
            """;

    /// Those with a parameter before the vector, and its type.
    private static final Map<String, PromQl.Type> PARAMETERS =
            Map.of(
                    "topk", PromQl.Type.SCALAR,
                    "bottomk", PromQl.Type.SCALAR,
                    "quantile", PromQl.Type.SCALAR,
                    "count_values", PromQl.Type.STRING);

    private static final Set<String> AGGREGATIONS =
            Set.of("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar");

    private static final Map<String, Function> ALL = read();

    private Functions() {}

    /// @param least how many parameters there must be
    record Function(PromQl.Type result, List<PromQl.Type> parameters, int least, boolean repeats) {

        Function {
            parameters = List.copyOf(parameters);
        }
    }

    /// Null when there is none of that name.
    static @Nullable Function find(String name) {
        return ALL.get(name);
    }

    static boolean isAggregation(String name) {
        return AGGREGATIONS.contains(name) || PARAMETERS.containsKey(name);
    }

    /// What an aggregation takes before its vector; null when it takes nothing.
    static PromQl.@Nullable Type parameter(String aggregation) {
        return PARAMETERS.get(aggregation);
    }

    private static Map<String, Function> read() {
        Map<String, Function> all = new LinkedHashMap<>();
        for (String line : TABLE.lines().toList()) {
            List<String> words = List.of(line.split(" ", -1));
            String signs = words.size() > 2 ? words.get(2) : "";
            List<PromQl.Type> parameters = new ArrayList<>();
            int least = -1;
            for (int i = 0; i < signs.length(); i++) {
                char sign = signs.charAt(i);
                if (sign == '?') {
                    least = parameters.size();
                } else if (sign != '*') {
                    parameters.add(type(sign));
                }
            }
            all.put(
                    words.get(1),
                    new Function(
                            type(words.getFirst().charAt(0)),
                            parameters,
                            least < 0 ? parameters.size() : least,
                            signs.endsWith("*")));
        }
        return all;
    }

    private static PromQl.Type type(char sign) {
        return switch (sign) {
            case 'v' -> PromQl.Type.VECTOR;
            case 'm' -> PromQl.Type.MATRIX;
            case 's' -> PromQl.Type.SCALAR;
            default -> PromQl.Type.STRING;
        };
    }
}
