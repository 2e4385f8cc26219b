"""A scheme of two posts, for what is asked of dated facts."""

from forms import scheme as schemes
from forms.scheme import Scheme

TOML = """
id = "facts"
version = 1
[[group]]
id = "client"
family = "clients"
weight = 100
[[post]]
id = "manager"
[[post]]
id = "service"
[level.junior]
title = {en = "Junior"}
[level.senior]
title = {en = "Senior"}

[[kpi]]
id = "sales"
method = "ratio"
[[kpi]]
id = "cycle"
method = "lower_is_better"
combine = "mean"
[[kpi]]
id = "churn"
method = "pass_fail"
direction = "lower"
figure = "share"
[[kpi]]
id = "growth"
method = "ratio"
figure = "growth"
[[kpi]]
id = "visits"
method = "tier"
steps = [{from = 10, score = 100}]
source = "register.visits"
[[kpi]]
id = "projects"
method = "increment"
rate = 5
requires = [{kpi = "order", from = 50000}]
[[kpi]]
id = "order"
method = "curve"
points = [{figure = 0, score = 0}, {figure = 100000, score = 100}]
combine = "mean"

[[profile]]
id = "manager-senior"
posts = ["manager"]
levels = ["senior"]
components = {kpi = 100, feedback = 0, goals = 0}
quarter = {sales = 60, cycle = 40}
[[profile]]
id = "manager"
posts = ["manager"]
components = {kpi = 100, feedback = 0, goals = 0}
quarter = {sales = 40, cycle = 20, growth = 10, projects = 20, visits = 10}
[[profile]]
id = "service"
posts = ["service"]
components = {kpi = 100, feedback = 0, goals = 0}
quarter = {churn = 100}
[[band]]
id = "A"
from = 0
"""
SCHEME: Scheme = schemes.load(TOML)
