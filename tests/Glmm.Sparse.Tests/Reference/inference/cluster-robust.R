# Cluster-robust covariances of penalised quasi-likelihood by clubSandwich on the lme fit at convergence (what
# MASS::glmmPQL iterates, iterated to 1e-11), and of independent rows, for cluster-robust.json.
# Rscript cluster-robust.R ROOT, with the repository's root. R 4.2.2, nlme 3.1-162, clubSandwich 0.5.8.
suppressMessages({ library(nlme); library(clubSandwich); library(jsonlite) })
root <- commandArgs(trailingOnly = TRUE)[1]
kinds <- setNames(nm = c("CR0", "CR1", "CR1S", "CR2", "CR3"))
rows <- function(m) lapply(seq_len(nrow(m)), function(i) unname(as.numeric(m[i, ])))

pql <- function(file, formula, family, group, factors, prepare = identity) {
  data <- prepare(read.csv(file.path(root, "data", paste0(file, ".csv")), stringsAsFactors = FALSE))
  for (f in c(factors, group)) data[[f]] <- factor(data[[f]], levels = sort(unique(data[[f]]), method = "radix"))
  y <- model.response(model.frame(formula, data))
  eta <- predict(glm(formula, family, data), type = "link")
  for (iteration in 1:500) {
    mu <- family$linkinv(eta)
    slope <- family$mu.eta(eta)
    data$working <- eta + (y - mu) / slope
    data$inverse <- family$variance(mu) / slope^2
    fit <- do.call(lme, list(update(formula, working ~ .), data, random = as.formula(paste("~ 1 |", group)),
      weights = varFixed(~inverse), method = "ML",
      control = lmeControl(opt = "nlminb", msTol = 1e-14, tolerance = 1e-14, msMaxIter = 500, niterEM = 0)))
    new <- fitted(fit)
    step <- max(abs(new - eta))
    eta <- new
    if (step < 1e-11) break
  }
  stopifnot(step < 1e-9)
  list(data = file, formula = paste(deparse(formula, width.cutoff = 500), "+ (1 |", group, ")"), family = family$family,
    names = names(fixef(fit)), estimate = unname(fixef(fit)),
    robust = lapply(kinds, function(kind) rows(as.matrix(vcovCR(fit, type = kind)))))
}

# Dyestuff2's batches have a variance of 0: a mixed model is then the linear model.
dyestuff <- read.csv(file.path(root, "data/Dyestuff2.csv"))
dyestuff$x <- ((seq_len(nrow(dyestuff)) * 7) %% 5) / 4 + as.integer(factor(dyestuff$Batch)) / 3
flat <- lm(Yield ~ x, dyestuff)
result <- list(
  epil = pql("epil", y ~ lbase * trt + lage + V4, poisson(), "subject", "trt"),
  ohio = pql("ohio", resp ~ age * smoke, binomial(), "id", character()),
  independent = list(x = dyestuff$x, robust = lapply(kinds, function(kind) rows(as.matrix(vcovCR(flat, dyestuff$Batch, kind))))))
write(toJSON(result, digits = NA, auto_unbox = TRUE, pretty = 1), file.path(root, "tests/Glmm.Sparse.Tests/Reference/inference/cluster-robust.json"))
