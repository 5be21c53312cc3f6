# lme4::glmer; the third argument is nAGQ: 1 is the Laplace approximation, 0 a faster one that finds the fixed effects
# in the penalised steps.
source("common.R") # run in this folder
needs("lme4")
data <- read_data()

run <- timed(lme4::glmer(
  y ~ x1 + x2 + x3 + x4 + time + (1 + time | id), family = family, data = data, nAGQ = as.integer(arguments[3])
))
random <- lme4::VarCorr(run$value)$id
report(run, "lme4", lme4::fixef(run$value), attr(random, "stddev"), attr(random, "correlation")[2, 1])
