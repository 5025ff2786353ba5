"""What an answer may never be. Kubernetes itself answers some bad patches with a bare 500; a fault of KAT's own has a reason."""
import schemathesis


@schemathesis.check
def is_no_fault_of_the_server(ctx, response, case):
    text = response.content.decode("utf8", "replace")
    assert response.status_code < 500 or '"InternalError"' not in text, text[:500]
    for inside in ("\tat ", "java.lang", "Exception:", "StackOverflow"):
        assert inside not in text, text[:500]
