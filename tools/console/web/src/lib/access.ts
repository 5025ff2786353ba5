// What the user may do, as the server tells it: asked once for each question, and never guessed.
import { request } from "./api";
import type { Kind } from "./kinds";

interface Question {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

const MOST = 500;
const answers = new Map<string, Promise<boolean>>();

export function forget() {
  answers.clear();
}

export function may(question: Question): Promise<boolean> {
  const key = JSON.stringify(question);
  let answer = answers.get(key);
  if (!answer) {
    if (answers.size >= MOST) answers.clear();
    answer = request<{ status?: { allowed?: boolean } }>("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      method: "POST",
      body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes: question } },
    }).then(
      (review) => review.status?.allowed === true,
      () => {
        answers.delete(key);
        return false;
      },
    );
    answers.set(key, answer);
  }
  return answer;
}

export const mayDo = (verb: string, kind: Kind, namespace = "", name = "", subresource = "") =>
  may({ verb, group: kind.group, resource: kind.plural, ...(subresource ? { subresource } : {}), ...(kind.namespaced && namespace ? { namespace } : {}), ...(name ? { name } : {}) });
