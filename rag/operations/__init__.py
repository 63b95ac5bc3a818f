"""What a service in operation needs: keys, limits, a queue, logs, metrics, traces.

Plain Python: knows no web framework and answers no question.
"""
