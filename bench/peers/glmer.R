# lme4::glmer; the variant is nAGQ: the nodes of adaptive quadrature, 1 of which are the Laplace approximation; 0 is a
# faster one that finds the fixed effects in the penalised steps.
source("common.R") # run in this folder
needs("lme4")
data <- read_data()

run <- timed(lme4::glmer(formula, family = family, data = data, nAGQ = as.integer(variant)))
random <- lme4::VarCorr(run$value)$id
report(run, "lme4", lme4::fixef(run$value), attr(random, "stddev"), attr(random, "correlation"))
