# glmmTMB: the Laplace approximation with derivatives by automatic differentiation.
source("common.R") # run in this folder
needs("glmmTMB")
data <- read_data()

run <- timed(glmmTMB::glmmTMB(
  y ~ x1 + x2 + x3 + x4 + time + (1 + time | id), family = family, data = data
))
random <- glmmTMB::VarCorr(run$value)$cond$id
report(run, "glmmTMB", glmmTMB::fixef(run$value)$cond, attr(random, "stddev"), attr(random, "correlation")[2, 1])
