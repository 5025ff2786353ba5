package kat.api.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The scopes of quotas: faults stand at the list, as Kubernetes tells them.
class ScopeRulesTest {

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'hard':{'cpu':'1'},'scopes':['BestEffort']} | spec.scopes | Invalid value:"
                        + " ['BestEffort']: unsupported scope applied to resource",
                "{'hard':{'pods':'1'},'scopes':['x']} | spec.scopes | Invalid value: ['x']:"
                        + " unsupported scope",
                "{'hard':{'pods':'1'},'scopeSelector':{'matchExpressions':[{'scopeName':'x',"
                        + "'operator':'Exists'}]}} | spec.scopeSelector.matchExpressions.scopeName"
                        + " | Invalid value: 'x': unsupported scope",
                "{'hard':{'pods':'1'},'scopeSelector':{'matchExpressions':[{"
                        + "'scopeName':'PriorityClass','operator':'In'}]}} |"
                        + " spec.scopeSelector.matchExpressions.values | Required value: must be at"
                        + " least one value when `operator` is ''In'' or ''NotIn'' for scope"
                        + " selector",
                "{'hard':{'services':'1'},'scopes':['VolumeAttributesClass']} | spec.scopes |"
                        + " Invalid value: ['VolumeAttributesClass']: unsupported scope applied to"
                        + " resource"
            })
    void tellsWhichScopesDoNotFit(String spec, String field, String message) {
        String quota = "{'metadata':{'name':'q','namespace':'n'},'spec':" + spec + "}";
        JsonObject tree = (JsonObject) Json.parse(quota.replace('\'', '"').getBytes(UTF_8));
        String wanted = message.replace("''", "`").replace('\'', '"');
        List<String> told =
                Validation.create(Kinds.RESOURCE_QUOTA, new KubeObject(tree)).stream()
                        .map(fault -> fault.field() + ": " + fault.message().replace('\'', '`'))
                        .toList();
        assertEquals(List.of(field + ": " + wanted), told);
    }
}
