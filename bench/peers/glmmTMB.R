# glmmTMB: the Laplace approximation with derivatives by automatic differentiation.
source("common.R") # run in this folder
needs("glmmTMB")
data <- read_data()

run <- timed(glmmTMB::glmmTMB(formula, family = family, data = data))
random <- glmmTMB::VarCorr(run$value)$cond$id
report(run, "glmmTMB", glmmTMB::fixef(run$value)$cond, attr(random, "stddev"), attr(random, "correlation"))
