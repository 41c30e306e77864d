"""Runs template.yaml on one machine: an emulated AWS in this process, the handlers in worker processes.

What local is not:
- IAM as a whole: each call of a handler and each task of a machine is held to its own role's policies (policies.py),
  and refused as AWS would. Service control policies, boundaries, session policies, policies of resources and what AWS
  itself does with a role are not modelled, and the operator's own calls are held to nothing. A policy element, operator
  or context key that is not evaluated is refused when the stack starts.
- The template's validity: moto creates much that CloudFormation refuses; cfn-lint and `sam validate` know better.
- Time and quotas: nothing is throttled, cold starts are this machine's, and the limits are the ones of the front door
  (10 MB, 30 s) and of Lambda (timeout, 6 MB, events one at a time in a process; at most 4 processes a function).
- Delivery: an SMS or email that SNS or SES takes is delivered; sender names, opt-outs and quotas are not tried.
- DynamoDB's scale and consistency: single calls are serialised, every read is consistent, nothing is ever throttled.
- What infra/local/inert.py lists: `python -m infra.local --inert` prints what of it this template says.

A handler's environment differs from Lambda's by what `local_differences` in function.py names, and nothing else.
It runs on the Python and the packages that run the stack. All of it is in memory, and gone when it ends.
"""
